import { array, name, number, object, string, withDefault, word, words } from './fields.js';
import { byId, pageInput, pageOf, pageOut, pageQuery } from './pages.js';

export const practitionerIn = object({ name }, { specialties: withDefault(words(10), []) });

export const practitionerQuery = pageQuery({ specialty: word }, byId);

export const practitionerPageInput = (query) => pageInput(query, byId);

export const practitioner = object({ id: number, name: string, specialties: array(string) });

export const practitionerOut = (row) => ({ id: row.id, name: row.name, specialties: row.specialtyWords });

export const practitionerPage = pageOf(practitioner);

export const practitionerPageOut = (page) => pageOut(page, practitionerOut, byId);
