import Fastify from 'fastify';

import { orderRoutes } from '@/orders/orders.controller';
import { OrderRepository } from '@/orders/orders.repository';
import { OrderService } from '@/orders/orders.service';
import { prisma } from '@/shared/prisma';

export function buildApp() {
  const app = Fastify();
  const orders = new OrderService(new OrderRepository(prisma));
  app.get('/health', async () => ({ status: 'ok' }));
  app.register(orderRoutes(orders), { prefix: '/orders' });
  return app;
}
