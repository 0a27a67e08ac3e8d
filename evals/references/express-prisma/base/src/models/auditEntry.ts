import { Entity } from '../generated/prisma/enums.js';
import type { AuditEntryModel } from '../generated/prisma/models.js';

export { Entity };

export type AuditEntry = AuditEntryModel;

export type Action =
  | `${'patient' | 'service'}.${'created' | 'updated'}`
  | 'patient.deleted'
  | 'appointment.status_changed'
  | 'invoice.issued'
  | 'payment.recorded';

/** What is told of a thing, by the names under which responses show it. */
export type Facts = Record<string, string | number | boolean | string[] | null>;

export type Changes = Record<string, { old: Facts[string]; new: Facts[string] }>;

export interface AuditFilters {
  entity?: Entity | undefined;
  entityId?: number | undefined;
  userId?: number | undefined;
}

export function entityOf(action: Action): Entity {
  return action.split('.')[0] as Entity;
}
