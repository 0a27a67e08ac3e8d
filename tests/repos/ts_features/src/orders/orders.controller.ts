import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { OrderService } from './orders.service';

const body = z.object({ total: z.number().int() });

export function orderRoutes(service: OrderService) {
  return async (app: FastifyInstance) => {
    app.get('/', async () => service.list());
    app.post('/', async (request, reply) => {
      const { total } = body.parse(request.body);
      return reply.code(201).send(await service.create(total));
    });
  };
}
