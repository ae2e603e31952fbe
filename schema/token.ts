/** What may be a token of a subject: queue names, runner ids, host ids. */
export const TOKEN_PATTERN = "^[A-Za-z0-9_-]{1,64}$";
const TOKEN = new RegExp(TOKEN_PATTERN);
export const isToken = (text: string): boolean => TOKEN.test(text);
