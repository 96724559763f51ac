internal import TesseraTransformer

/// The families of forecasters that are run.
let seriesFamilies = FamilyRegistry<any SeriesModel.Type>(
    [ChronosBolt.self, ChronosT5.self, PatchTST.self, TinyTimeMixer.self],
    purpose: ("does not forecast", others: "does")
) { $0 }
