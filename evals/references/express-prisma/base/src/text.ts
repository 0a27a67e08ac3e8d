/** The text with its ASCII letters in lower case: what "case-insensitive" means here, whatever the locale. */
export function fold(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The text as a part of a LIKE pattern in which backslash is the escape character. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** Length in code points: an emoji counts one. */
export function lengthOf(text: string): number {
  return [...text].length;
}
