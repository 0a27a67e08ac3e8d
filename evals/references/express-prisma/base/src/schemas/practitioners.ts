import type { Page } from '../models/page.js';
import { specialtyWords, type Practitioner } from '../models/practitioner.js';
import { name, object, word, words } from './fields.js';
import { byId, pageOut, pageQuery } from './pages.js';

export const practitionerIn = object({ name, specialties: words(10).default([]) });

export const practitionerQuery = pageQuery({ specialty: word.optional() }, byId);

export const practitionerOut = (practitioner: Practitioner) => ({
  id: practitioner.id,
  name: practitioner.name,
  specialties: specialtyWords(practitioner),
});

export const practitionerPage = (page: Page<Practitioner>) => pageOut(page, practitionerOut, byId);
