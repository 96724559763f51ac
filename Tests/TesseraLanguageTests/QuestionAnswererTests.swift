import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TestSupport
import Testing

/// Answers against transformers' question-answering pipeline.
@Suite struct QuestionAnswererTests {
    static let folders = Fixtures.models(ofTypes: QuestionAnswerer.supportedModelTypes).filter { name in
        (try? JSONObject.read(Fixtures.path(name + "/config.json")).architectures.contains {
            $0.hasSuffix("ForQuestionAnswering")
        }) == true && (try? InputFile(Fixtures.path(name + "/expected.json"))) != nil
    }

    @Test func thereAreFolders() {
        #expect(!Self.folders.isEmpty)
    }

    /// Answers and their places exactly, scores within 5e-5, from short texts and from long ones.
    @Test(arguments: folders)
    func answersEqualTheReference(name: String) throws {
        let answerer = try QuestionAnswerer(folder: Fixtures.path(name))
        let cases = try JSONObject.read(Fixtures.path(name + "/expected.json")).objects("cases")
        #expect(cases.count >= 3)
        let questions = try cases.map { Question(try $0.string("question"), context: try $0.string("context")) }
        let (best, three) = (try answerer.answer(questions), try answerer.answer(questions, topK: 3))
        for (index, object) in cases.enumerated() {
            try compare(best[index].answers, [#require(try object.object("best"))], questions[index].context)
            try compare(three[index].answers, object.objects("top_3"), questions[index].context)
            let impossible = Float(try object.number("impossible", in: 0...1))
            #expect(abs(best[index].impossible - impossible) <= 5e-5)
        }
    }

    private func compare(_ found: [Answer], _ expected: [JSONObject], _ context: String) throws {
        #expect(found.count == expected.count)
        for (answer, expected) in zip(found, expected) {
            #expect(answer.answer.utf8.elementsEqual(try expected.string("answer").utf8))
            let range = try expected.integer("start", in: 0...1 << 20)..<expected.integer("end", in: 0...1 << 20)
            #expect(answer.range == range)
            #expect(abs(answer.score - Float(try expected.number("score", in: 0...1))) <= 5e-5)
            #expect(Array(answer.answer.unicodeScalars) == Array(Array(context.unicodeScalars)[range]))
        }
    }

    @Test func questionsWithoutRoomAreRefused() throws {
        let answerer = try QuestionAnswerer(folder: Fixtures.ownPath("text-bert-qa"))
        let long = Question(String(repeating: "a ", count: 200), context: "b")
        #expect(throws: FileError.self) { try answerer.answer([long]) }
        let none = try answerer.answer([Question("a", context: "")])[0]
        #expect(none.answers.isEmpty && abs(none.impossible - 1) <= 1e-6)
        let error = #expect(throws: FileError.self) { try QuestionAnswerer(folder: Fixtures.ownPath("text-minilm")) }
        #expect(error?.cause == "has no head that answers questions")
    }
}
