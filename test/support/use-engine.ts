import { expectSoundBook } from './book.ts'
import { startEngine, type Engine, type EngineOptions } from './engine.ts'
import { opened } from './opened.ts'

/**
 * The whole product for this suite (`startEngine`). After each case every law of the book holds.
 *
 * @param options as a function where they name what is opened before
 */
export function useEngine(options: EngineOptions | (() => EngineOptions) = {}): Engine {
  const engine = opened(
    () => startEngine(typeof options === 'function' ? options() : options),
    ({ stop }) => stop(),
  )
  afterEach(() => expectSoundBook(engine.book))
  return engine
}
