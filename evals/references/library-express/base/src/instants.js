const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether a text names a day that exists. Days stay texts: they compare as they follow each other. */
export function isDay(text) {
  const date = new Date(Date.parse(text));
  // Date rolls 30 February over to March: only the way back tells.
  return DAY.test(text) && !Number.isNaN(date.getTime()) && formatDay(date) === text;
}

/** The days from one day to another; negative when the other is the earlier one. */
export function daysBetween(from, to) {
  return daysSince1970(to) - daysSince1970(from);
}

export function daysSince1970(day) {
  return Date.parse(day) / DAY_MS;
}

/** An instant as it is shown: in UTC, to the second. */
export function formatInstant(date) {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** The UTC day of an instant. */
export function formatDay(date) {
  return date.toISOString().slice(0, 10);
}
