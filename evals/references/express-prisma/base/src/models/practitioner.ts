import type { Prisma } from '../generated/prisma/client.js';

/** What is read along with every practitioner. */
export const practitionerDetails = { specialties: true } satisfies Prisma.PractitionerInclude;

export type Practitioner = Prisma.PractitionerGetPayload<{ include: typeof practitionerDetails }>;

export interface PractitionerInput {
  name: string;
  specialties: string[];
}

export interface PractitionerFilters {
  specialty?: string | undefined;
}

export function specialtyWords({ specialties }: Practitioner): string[] {
  return specialties.map(({ word }) => word).sort();
}
