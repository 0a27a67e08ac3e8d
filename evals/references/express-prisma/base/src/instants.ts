const INSTANT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d):00(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MINUTE = 60_000;
const FIRST = Date.UTC(2000, 0, 1);
const LAST = Date.UTC(2099, 11, 31, 23, 59);

/** The start of the UTC day that a text names; null when there is no such day. */
export function parseDay(text: string): Date | null {
  const [, year = NaN, month = NaN, day = NaN] = (DAY.exec(text) ?? []).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  // Date rolls 30 February over to March, and the years before 100 to the twentieth century.
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : null;
}

/** The moment that a text with an offset names; null when it names none, or one that the clinic does not know. */
export function parseInstant(text: string): Date | null {
  const [, dayText = '', hours, minutes, sign, offsetHours = 0, offsetMinutes = 0] = INSTANT.exec(text) ?? [];
  const day = parseDay(dayText);
  if (day === null) return null;
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHours) * 60 + Number(offsetMinutes));
  const moment = day.getTime() + (Number(hours) * 60 + Number(minutes) - offset) * MINUTE;
  return moment < FIRST || moment > LAST ? null : new Date(moment);
}

/** An instant as it is shown: in UTC, to the second. */
export function formatInstant(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function dayAfter(date: Date): Date {
  return addMinutes(date, 24 * 60);
}

export function addMinutes(date: Date, minutes: number): Date {
  return new Date(date.getTime() + minutes * MINUTE);
}
