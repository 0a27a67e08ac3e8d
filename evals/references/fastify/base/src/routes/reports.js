import { inputOf } from '../schemas/parsing.js';
import {
  revenue,
  revenueOut,
  revenueQuery,
  utilisation,
  utilisationOut,
  utilisationQuery,
} from '../schemas/reports.js';

export async function reportRoutes(app, { reports }) {
  app.addHook('onRequest', app.managersOnly);

  app.get('/revenue', { schema: { querystring: revenueQuery, response: { 200: revenue } } }, async (request) =>
    revenueOut(await reports.revenue(inputOf(request.query))),
  );

  app.get(
    '/utilisation',
    { schema: { querystring: utilisationQuery, response: { 200: utilisation } } },
    async (request) => utilisationOut(await reports.utilisation(inputOf(request.query))),
  );
}
