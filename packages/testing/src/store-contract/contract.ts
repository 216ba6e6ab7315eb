import { describe } from 'vitest'
import { atomicityCases } from './atomicity.ts'
import { changesCases } from './changes.ts'
import { closingCases } from './closing.ts'
import { historyCases } from './history.ts'
import { modelCases } from './model.ts'
import { recordCases } from './records.ts'
import { serialisationCases } from './serialisation.ts'
import type { OpenStore } from './subject.ts'
import { valueCases } from './values.ts'
import { viewCases } from './views.ts'
import { walkCases } from './walks.ts'

const MODEL_RUNS = 40

/** What may differ from one backend to another. */
export interface StoreContractOptions {
  /** How many stores are compared with a plain map; 40 unless given, fewer where opening one is slow. */
  readonly modelRuns?: number
}

/**
 * Declares the tests that every `CredentialStore` has to pass; call it at the top of a vitest file.
 *
 * @param name - of the backend, for the report
 * @param open - opens a fresh, empty store for each test; give `reopen` and `another` where the backend can
 */
export function credentialStoreContract(
  name: string,
  open: OpenStore,
  { modelRuns = MODEL_RUNS }: StoreContractOptions = {},
): void {
  describe(`credential store contract: ${name}`, () => {
    describe('records', () => recordCases(open))
    describe('values', () => valueCases(open))
    describe('atomicity', () => atomicityCases(open))
    describe('serialisation', () => serialisationCases(open))
    describe('history', () => historyCases(open))
    describe('changes', () => changesCases(open))
    describe('views', () => viewCases(open))
    describe('walks', () => walkCases(open, modelRuns))
    describe('closing', () => closingCases(open))
    describe('model', () => modelCases(open, modelRuns))
  })
}
