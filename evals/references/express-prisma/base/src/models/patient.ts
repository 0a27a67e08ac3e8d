import type { Prisma } from '../generated/prisma/client.js';

/** What is read along with every patient. */
export const patientDetails = { tags: true } satisfies Prisma.PatientInclude;

export type Patient = Prisma.PatientGetPayload<{ include: typeof patientDetails }>;

export interface PatientInput {
  name: string;
  email: string | null;
  birthDate: Date | null;
  note: string | null;
  tags: string[];
}

export type PatientChanges = Partial<PatientInput>;

export interface PatientFilters {
  search?: string | undefined;
  tag?: string[] | undefined;
  match: 'any' | 'all';
}

export function tagWords({ tags }: Patient): string[] {
  return tags.map(({ word }) => word).sort();
}
