import { describe } from 'vitest'
import { askingCases } from './asking.ts'
import { boundCases } from './bounds.ts'
import { lifeCases } from './life.ts'
import { notingCases } from './noting.ts'
import type { OpenReplicas } from './subject.ts'
import { tellingCases } from './telling.ts'

/**
 * Declares the tests that every `Replicas` has to pass; call it at the top of a vitest file.
 *
 * @param name - of the implementation, for the report
 * @param open - makes a store of its own for each test
 */
export function replicasContract(name: string, open: OpenReplicas): void {
  describe(`replicas contract: ${name}`, () => {
    describe('life', () => lifeCases(open))
    describe('telling', () => tellingCases(open))
    describe('asking', () => askingCases(open))
    describe('noting', () => notingCases(open))
    describe('bounds', () => boundCases(open))
  })
}
