import { processAnswer } from './process-schema.ts'

/** What every call that asks for money to move can answer. */
export const askAnswers = {
  201: { description: 'Registered; the operation as it is now. `Location` names it.', body: processAnswer },
  202: { description: 'Taken; it will be done, and `Location` can be read meanwhile.', body: processAnswer },
} as const

export const decideAnswers = {
  200: { description: 'Decided; the operation as it is now', body: processAnswer },
  202: {
    description: 'The decision is taken and will be carried out; the operation as it is now',
    body: processAnswer,
  },
} as const
