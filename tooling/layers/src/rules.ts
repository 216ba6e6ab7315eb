import type { Rule } from './model.ts'
import { dependenciesAreUsed, importsAreDeclared } from './rules/dependencies.ts'
import { noHiddenForms, zodIsANamespace } from './rules/forms.ts'
import {
  appsUseTheFrontDoor,
  flowsKnowPorts,
  layersAreTagged,
  layersPointDown,
  shippedCodeIsCode,
  testsStayInTheirLayer,
} from './rules/layers.ts'
import { longRunsAreKnown } from './rules/long-runs.ts'
import { dependenciesHaveReasons, linksLeadSomewhere } from './rules/reasons.ts'
import {
  adaptersAreCutAlike,
  manifestsAreAlike,
  publishedExportsMatch,
  readmesAreComplete,
  scriptsAreAlike,
} from './rules/shape.ts'
import { filesAreSmall, functionsAreSmall, parametersAreFew } from './rules/size.ts'
import { noAmbientWorld, packagesHaveNoPlatform } from './rules/world.ts'

/** Every rule of the repository. */
export const rules: readonly Rule[] = [
  importsAreDeclared,
  dependenciesAreUsed,
  dependenciesHaveReasons,
  layersAreTagged,
  layersPointDown,
  flowsKnowPorts,
  appsUseTheFrontDoor,
  shippedCodeIsCode,
  testsStayInTheirLayer,
  packagesHaveNoPlatform,
  noAmbientWorld,
  noHiddenForms,
  zodIsANamespace,
  functionsAreSmall,
  filesAreSmall,
  parametersAreFew,
  manifestsAreAlike,
  publishedExportsMatch,
  scriptsAreAlike,
  readmesAreComplete,
  adaptersAreCutAlike,
  longRunsAreKnown,
  linksLeadSomewhere,
]
