import type { ServiceModel } from '../generated/prisma/models.js';

export type Service = ServiceModel;

export type ServiceInput = Omit<Service, 'id'>;

export type ServiceChanges = Partial<ServiceInput>;
