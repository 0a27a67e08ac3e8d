export interface Order {
  id: number;
  total: number;
}

export const MAX_TOTAL = 1_000_000;
