/**
 * Does `text` match a pattern in which `*` stands for any characters and `?` for one? No regular expression is made of
 * it: the time is at most the product of both lengths, whatever the pattern.
 */
export const matchesGlob = (pattern: string, text: string): boolean => {
  let [p, t, star, retry] = [0, 0, -1, 0];
  while (t < text.length) {
    const wanted = pattern[p];
    if (wanted === "*") {
      star = p;
      retry = t;
      p += 1;
    } else if (wanted === "?" || wanted === text[t]) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      retry += 1;
      t = retry;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
};
