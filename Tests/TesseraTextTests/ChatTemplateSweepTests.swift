import TesseraFiles
import TestSupport
import Testing

@Suite struct ChatTemplateSweepTests {
    /// No damage to a template makes it do anything but run or be refused.
    @Test func damagedTemplatesAreSurvived() throws {
        try DamageSweep.inOwnProcess {
            let (messages, cases) = try ChatTemplateTests.cases()
            for test in cases where !test.contains("error") {
                let template = Array(try test.string("template").utf8)
                try DamageSweep.run("template", template, changes: 60, isText: true) { damaged in
                    _ = try ChatTemplateTests.text(String(decoding: damaged, as: UTF8.self), messages)
                }
            }
        }
    }
}
