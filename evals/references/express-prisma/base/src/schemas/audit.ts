import { z } from 'zod';
import { formatInstant } from '../instants.js';
import { Entity, type AuditEntry } from '../models/auditEntry.js';
import type { Page } from '../models/page.js';
import { idText } from './fields.js';
import { byInstant, pageOut, pageQuery } from './pages.js';

const order = byInstant('at');

export const auditQuery = pageQuery(
  {
    entity: z.enum(Entity).optional(),
    entity_id: idText.optional(),
    user_id: idText.optional(),
  },
  order,
);

const entryOut = (entry: AuditEntry) => ({
  id: entry.id,
  at: formatInstant(entry.at),
  user_id: entry.userId,
  action: entry.action,
  entity: entry.entity,
  entity_id: entry.entityId,
  changes: entry.changes,
});

export const auditPage = (page: Page<AuditEntry>) => pageOut(page, entryOut, order);
