import { auditPage, auditPageInput, auditPageOut, auditQuery } from '../schemas/audit.js';

export async function auditRoutes(app, { audit }) {
  const schema = { querystring: auditQuery, response: { 200: auditPage } };

  app.get('/', { onRequest: app.managersOnly, schema }, async (request) => {
    const { filters, page } = auditPageInput(request.query);
    return auditPageOut(await audit.list(filters, page));
  });
}
