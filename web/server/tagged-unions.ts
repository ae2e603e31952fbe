/** Faults of values that may have one of several shapes, told apart by `type`: only of the shape that was meant. */
import type { TSchema } from "typebox";

interface Variant {
  readonly tag: string;
  readonly schema: TSchema;
}

export interface TaggedUnion {
  readonly key: string;
  readonly variants: readonly Variant[];
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
}

const variantOf = (schema: JsonSchema): Variant[] => {
  const tag = schema.properties?.["type"]?.const;
  return typeof tag === "string" ? [{ tag, schema: schema as TSchema }] : [];
};

/** The properties of an object's schema that are such unions. */
export const taggedUnionsOf = (schema: TSchema): readonly TaggedUnion[] =>
  Object.entries((schema as JsonSchema).properties ?? {}).flatMap(([key, { anyOf = [] }]) => {
    const variants = anyOf.flatMap(variantOf);
    return variants.length > 0 && variants.length === anyOf.length ? [{ key, variants }] : [];
  });

/** The variant a value means, or else the tags it could have; null for a value that is no object. */
export const meantBy = (
  { variants }: TaggedUnion,
  value: unknown,
): { readonly schema: TSchema } | { readonly tags: readonly string[] } | null => {
  if (typeof value !== "object" || value === null) return null;
  const { type } = value as { type?: unknown };
  return variants.find(({ tag }) => tag === type) ?? { tags: variants.map(({ tag }) => tag) };
};
