import { z } from 'zod';
import { formatInstant } from '../instants.js';
import { idText } from './fields.js';
import { byInstant, pageOut, pageQuery } from './pages.js';

const order = byInstant('at');

export const auditQuery = pageQuery(
  {
    entity: z.enum(['patient', 'service', 'appointment', 'invoice', 'payment']).optional(),
    entity_id: idText.optional(),
    user_id: idText.optional(),
  },
  order,
);

const entryOut = (entry) => ({
  id: entry.id,
  at: formatInstant(entry.at),
  user_id: entry.userId,
  action: entry.action,
  entity: entry.entity,
  entity_id: entry.entityId,
  changes: entry.changes,
});

export const auditPage = (page) => pageOut(page, entryOut, order);
