import type { PrismaClient } from '@prisma/client';

import type { Order } from './order.model';

export class OrderRepository {
  constructor(private readonly prisma: PrismaClient) {}

  list(): Promise<Order[]> {
    return this.prisma.order.findMany({ orderBy: { id: 'asc' } });
  }

  create(total: number): Promise<Order> {
    return this.prisma.order.create({ data: { total } });
  }
}
