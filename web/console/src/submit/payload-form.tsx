import "@mantine/dates/styles.css";
import { useMemo } from "react";
import { withTheme } from "@rjsf/core";
import { Theme } from "@rjsf/mantine";
import type { ErrorSchema, RJSFSchema, UiSchema } from "@rjsf/utils";
import type { JsonSchema } from "#schema/executor-type.ts";
import type { Problem } from "#schema/api.ts";
import { formValidator } from "./form-validator.ts";

const Form = withTheme<unknown, RJSFSchema, Record<string, unknown>>(Theme as never);

/** The page has its own button, and says itself what is wrong. */
const UI: UiSchema<unknown, RJSFSchema, Record<string, unknown>> = {
  "ui:submitButtonOptions": { norender: true },
  "ui:options": { label: false },
};

interface ErrorNode {
  __errors?: string[];
  [key: string]: ErrorNode | string[] | undefined;
}

/** The server's complaints at the fields they are about; paths come as `/payload/env/PATH` or `/env/PATH`. */
export const errorsAtFields = (details: Problem["details"]): ErrorSchema<unknown> => {
  const root: ErrorNode = {};
  for (const { path, message } of details ?? []) {
    const parts = path.split(/[/.]/).filter((part) => part !== "");
    if (parts[0] === "payload") parts.shift();
    let node = root;
    for (const part of parts) {
      const next = (node[part] ?? {}) as ErrorNode;
      node[part] = next;
      node = next;
    }
    node.__errors = [...(node.__errors ?? []), message];
  }
  return root as ErrorSchema<unknown>;
};

/** An option that only says which property must be there: nothing to fill in, and the server judges it anyway. */
const onlyRequires = (option: unknown): boolean =>
  typeof option === "object" &&
  option !== null &&
  Object.keys(option).every((key) => key === "required" || key === "title");

/** The schema without choices that the form kit would draw as a lonely select. */
const drawable = (schema: JsonSchema): RJSFSchema => {
  const { oneOf, ...rest } = schema;
  return (Array.isArray(oneOf) && oneOf.every(onlyRequires) ? rest : schema) as RJSFSchema;
};

interface PayloadFormProps {
  readonly id: string;
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly details: Problem["details"];
  readonly onChange: (value: unknown) => void;
  readonly onSubmit: () => void;
}

const ignore = (): void => undefined;

/** The form a type's JSON Schema describes. */
export const PayloadForm = ({ id, schema, value, details, onChange, onSubmit }: PayloadFormProps) => {
  const shown = useMemo(() => drawable(schema), [schema]);
  return (
    <Form
      id={id}
      className="payload-form"
      schema={shown}
      uiSchema={UI}
      validator={formValidator}
      formData={value}
      extraErrors={errorsAtFields(details)}
      extraErrorsBlockSubmit={false}
      showErrorList={false}
      focusOnFirstError
      experimental_defaultFormStateBehavior={{
        emptyObjectFields: "skipEmptyDefaults",
        constAsDefaults: "never",
        // A list nobody asked for stays away: an empty line in it would be sent.
        arrayMinItems: { populate: "requiredOnly" },
      }}
      onChange={({ formData }) => onChange(formData)}
      onSubmit={onSubmit}
      // Said at the fields; without this the kit writes to the browser's console.
      onError={ignore}
    />
  );
};
