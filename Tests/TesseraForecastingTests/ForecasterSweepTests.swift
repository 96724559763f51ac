import TesseraFiles
import TesseraForecasting
import TestSupport
import Testing

@Suite struct ForecasterSweepTests {
    @Test func everyDamagedForecasterIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["chronos-bolt-training", "chronos-t5", "patchtst-layernorm", "mixer-plain"] {
                let folder = try TemporaryFolder(copying: name)
                try folder.sweep("config.json", changes: 500) { _ = try Forecaster(folder: $0) }
            }
        }
    }
}
