/** The current time, cut off to the whole second. */
export function now(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000);
}
