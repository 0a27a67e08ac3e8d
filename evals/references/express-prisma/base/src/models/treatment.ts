import type { TreatmentModel } from '../generated/prisma/models.js';

export type Treatment = TreatmentModel;

export type TreatmentInput = Pick<Treatment, 'serviceId' | 'quantity'>;
