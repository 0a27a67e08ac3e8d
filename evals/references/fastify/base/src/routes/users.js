import { inputOf } from '../schemas/parsing.js';
import { user, userIn, userOut } from '../schemas/users.js';

export async function userRoutes(app, { accounts }) {
  app.post('/', { schema: { body: userIn, response: { 201: user } } }, async (request, reply) => {
    const registered = await accounts.register(inputOf(request.body));
    reply.code(201);
    return userOut(registered);
  });

  app.get('/me', { onRequest: app.authenticated, schema: { response: { 200: user } } }, async (request) =>
    userOut(request.user),
  );
}
