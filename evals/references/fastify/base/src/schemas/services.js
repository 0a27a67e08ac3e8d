import { name, number, object, priceCents, string, taxBp } from './fields.js';
import { byId, pageInput, pageOf, pageOut, pageQuery } from './pages.js';

export const serviceIn = object({ name, price_cents: priceCents, tax_bp: taxBp });

export const servicePatch = object({}, serviceIn.properties);

export const serviceQuery = pageQuery({}, byId);

export const servicePageInput = (query) => pageInput(query, byId);

export const service = object({ id: number, name: string, price_cents: number, tax_bp: number });

export const serviceOut = (row) => ({ id: row.id, name: row.name, price_cents: row.priceCents, tax_bp: row.taxBp });

export const servicePage = pageOf(service);

export const servicePageOut = (page) => pageOut(page, serviceOut, byId);
