import { describe, expect, it } from 'vitest';

import { OrderRepository } from './orders.repository';
import { OrderService } from './orders.service';

describe('orders', () => {
  it('lists', () => {
    expect(new OrderService({} as OrderRepository)).toBeDefined();
  });
});
