internal import TesseraFiles
internal import TesseraTensor
internal import TesseraVision

/// A model of pictures, with what reads labels in words where it takes such.
struct PictureModel<Model: LabelTaking>: ServableModel {
    /// As it is without labels in words.
    let model: Model
    private let tower: TextTower?
    private let labelled = LabelledModels<Model>()

    static var task: ServedTask { Model.task }

    init(_ folder: ModelFolder, servedIn precision: Precision) throws(FileError) {
        model = try Model(folder, servedIn: precision)
        tower = model.takesLabels ? try TextTower(folder, precision: precision) : nil
    }

    /// Refuses labels in words where the model takes none.
    ///
    /// - Throws: `APIError` 400.
    func check(_ labels: LabelsInWords?, _ name: String) throws(APIError) {
        guard labels != nil, tower == nil else { return }
        throw .invalid("\(name) takes no labels in words.", "labels")
    }

    /// The model with these labels, if any.
    ///
    /// - Throws: `FileError` when a label has no tokens; `CancellationError` when the task is cancelled.
    func with(_ labels: LabelsInWords?) throws -> Model {
        guard let labels, let tower else { return model }
        return try labelled.model(labels) {
            try model.labelled(labels.names, template: labels.template ?? Model.usualTemplate, by: tower)
        }
    }
}
