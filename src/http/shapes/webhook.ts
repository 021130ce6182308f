import * as z from 'zod';

export const deliveryShape = {
  name: 'Delivery',
  schema: z.object({
    outcome: z.enum(['accepted', 'duplicate', 'ignored']),
    /** Why it is ignored. */
    reason: z.string().optional(),
  }),
};
