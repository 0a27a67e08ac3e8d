import { Method } from '../generated/prisma/enums.js';
import type { PaymentModel } from '../generated/prisma/models.js';

export { Method };

export type Payment = PaymentModel;

export type PaymentInput = Pick<Payment, 'amountCents' | 'method'>;
