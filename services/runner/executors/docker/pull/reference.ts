/** What an image's name asks a registry for. */
export interface Reference {
  readonly name: string;
  /** A tag, or a digest (`sha256:…`), which says more than a tag. */
  readonly tag: string;
  /** Both in one, as the engine calls the image once it has it. */
  readonly full: string;
}

/** Splits a name of the form IMAGE_REF. Without a tag it is `latest`: the engine itself would pull every tag there is. */
export const referenceOf = (image: string): Reference => {
  const [named = "", digest] = image.split("@");
  // A colon before the last slash belongs to the registry's port.
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const name = colon === -1 ? named : named.slice(0, colon);
  if (digest !== undefined) return { name, tag: digest, full: `${name}@${digest}` };
  const tag = colon === -1 ? "latest" : named.slice(colon + 1);
  return { name, tag, full: `${name}:${tag}` };
};
