import { name, object, word, words } from './fields.js';
import { byId, pageOut, pageQuery } from './pages.js';

export const practitionerIn = object({ name, specialties: words(10).default([]) });

export const practitionerQuery = pageQuery({ specialty: word.optional() }, byId);

export const practitionerOut = (practitioner) => ({
  id: practitioner.id,
  name: practitioner.name,
  specialties: practitioner.specialtyWords,
});

export const practitionerPage = (page) => pageOut(page, practitionerOut, byId);
