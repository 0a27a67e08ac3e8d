import { MAX_TOTAL, type Order } from './order.model';
import { OrderRepository } from './orders.repository';

export class OrderService {
  constructor(private readonly orders: OrderRepository) {}

  list(): Promise<Order[]> {
    return this.orders.list();
  }

  async create(total: number): Promise<Order> {
    if (total > MAX_TOTAL) throw new RangeError('too much');
    return this.orders.create(total);
  }
}
