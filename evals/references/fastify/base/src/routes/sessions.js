import { session, sessionIn, sessionOut } from '../schemas/users.js';

export async function sessionRoutes(app, { accounts }) {
  app.post('/', { schema: { body: sessionIn, response: { 201: session } } }, async (request, reply) => {
    const token = await accounts.login(request.body);
    reply.code(201);
    return sessionOut(token);
  });
}
