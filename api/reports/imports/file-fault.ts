import { Problem } from '../../http/problem.ts'

/** The file as a whole cannot be read. @param line where that was noticed */
export function fileFault(message: string, line?: number): Problem {
  const where = line === undefined ? message : `line ${line} ${message}`
  return new Problem(400, 'file_malformed', {
    detail: `The file: ${where}.`,
    errors: [{ parameter: 'file', message: where }],
  })
}

export function fileTooLarge(message: string): Problem {
  return new Problem(413, 'body_too_large', {
    detail: `The file ${message}.`,
    errors: [{ parameter: 'file', message }],
  })
}
