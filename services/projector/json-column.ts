/**
 * A column of JSON texts as one parameter, taken apart by `string_to_array(…, chr(30), '')`: an array literal would escape every
 * quotation mark, on both sides. Valid JSON has no such character; null travels as nothing.
 */
export const jsonColumn = (texts: readonly (string | null)[]): string => texts.join("\u001e");
