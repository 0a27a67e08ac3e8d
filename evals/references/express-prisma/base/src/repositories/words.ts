/** Each word of a set once, as a row of the table that keeps it. */
export function uniqueRows(words: readonly string[]): { word: string }[] {
  return [...new Set(words)].map((word) => ({ word }));
}
