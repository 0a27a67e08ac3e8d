import type { Page } from '../models/page.js';
import type { Service } from '../models/service.js';
import { name, object, priceCents, taxBp } from './fields.js';
import { byId, pageOut, pageQuery } from './pages.js';

export const serviceIn = object({ name, price_cents: priceCents, tax_bp: taxBp });

export const servicePatch = object({
  name: name.optional(),
  price_cents: priceCents.optional(),
  tax_bp: taxBp.optional(),
});

export const serviceQuery = pageQuery({}, byId);

export const serviceOut = (service: Service) => ({
  id: service.id,
  name: service.name,
  price_cents: Number(service.priceCents),
  tax_bp: service.taxBp,
});

export const servicePage = (page: Page<Service>) => pageOut(page, serviceOut, byId);
