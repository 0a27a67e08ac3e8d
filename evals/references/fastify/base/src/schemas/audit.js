import { formatInstant } from '../instants.js';
import { idText, number, object, oneOf, string } from './fields.js';
import { byInstant, pageInput, pageOf, pageOut, pageQuery } from './pages.js';

const order = byInstant('at');

export const auditQuery = pageQuery(
  {
    entity: oneOf('patient', 'service', 'appointment', 'invoice', 'payment'),
    entity_id: idText,
    user_id: idText,
  },
  order,
);

export const auditPageInput = (query) => pageInput(query, order);

const entry = object({
  id: number,
  at: string,
  user_id: number,
  action: string,
  entity: string,
  entity_id: number,
  changes: { type: 'object', additionalProperties: true },
});

const entryOut = (row) => ({
  id: row.id,
  at: formatInstant(row.at),
  user_id: row.userId,
  action: row.action,
  entity: row.entity,
  entity_id: row.entityId,
  changes: row.changes,
});

export const auditPage = pageOf(entry);

export const auditPageOut = (page) => pageOut(page, entryOut, order);
