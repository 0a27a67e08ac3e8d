import { formatInstant } from '../instants.js';
import {
  array,
  birthDate,
  email,
  name,
  nullable,
  number,
  object,
  oneOf,
  string,
  text,
  withDefault,
  word,
  words,
} from './fields.js';
import { byInstant, pageInput, pageOf, pageOut, pageQuery } from './pages.js';

const order = byInstant('createdAt');
const members = {
  email: nullable(email),
  birth_date: nullable(birthDate),
  note: nullable(text(2000)),
  tags: words(20),
};

export const patientIn = object(
  { name },
  {
    email: withDefault(members.email, null),
    birth_date: withDefault(members.birth_date, null),
    note: withDefault(members.note, null),
    tags: withDefault(members.tags, []),
  },
);

export const patientPatch = object({}, { name, ...members });

export const patientQuery = pageQuery(
  {
    search: { ...text(100), minLength: 1 },
    tag: array(word),
    match: withDefault(oneOf('any', 'all'), 'any'),
  },
  order,
);

export const patientPageInput = (query) => pageInput(query, order);

export const patient = object({
  id: number,
  name: string,
  email: nullable(string),
  birth_date: nullable(string),
  note: nullable(string),
  tags: array(string),
  created_at: string,
});

export const patientOut = (row) => ({
  id: row.id,
  name: row.name,
  email: row.email,
  birth_date: row.birthDate,
  note: row.note,
  tags: row.tagWords,
  created_at: formatInstant(row.createdAt),
});

export const patientPage = pageOf(patient);

export const patientPageOut = (page) => pageOut(page, patientOut, order);
