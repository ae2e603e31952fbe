/** What the client throws before it sends more bytes than the server takes. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && error.name === "InvalidArgumentError" && error.message.includes("max_payload");
