import ArgumentParser
import TesseraCommands
import TesseraVision

/// Trains a detector to say what is where in pictures.
struct TrainObjects: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "objects",
        abstract: "Trains a detector (YOLOS) to say what is where in pictures.",
        discussion: """
            The folder of pictures has a JSON file in COCO's format beside them: images (id, file_name, width, height), \
            annotations (image_id, category_id, bbox: left, top, width and height in pixels) and categories (id, name). What \
            is an image and has no annotation is a picture of nothing that is searched.

            Examples:
              train-model objects --data cars --from hustvl/yolos-tiny --output cars-yolos
              train-model objects --data train --annotations train.json --validation-data val --from hustvl/yolos-tiny \
            --output cars-yolos --freeze backbone
              detect-objects --model cars-yolos street.jpg

            A training that was stopped or killed goes on when the same command is given again. The output folder is a \
            model that detect-objects and transformers load, the one so far where it was stopped; metrics.jsonl in it has \
            the loss of every step. The average precision of the finished model is COCO's.
            """)

    @OptionGroup(title: "Pictures") var pictures: ObjectOptions

    @OptionGroup(title: "Model") var start: StartOptions

    @OptionGroup(title: "Training") var training: TrainingOptions

    var runOptions: RunOptions { training.run }

    func run() throws {
        let folder = try AnnotatedFolder(pictures.data, annotations: pictures.annotations)
        let validation = try pictures.validationData.map {
            try AnnotatedFolder($0, annotations: pictures.validationAnnotations)
        }
        let detector = try start.objectDetectorFolder(labels: folder.labels)
        try ObjectTask(pictures, folder, validation, detector, start, seed: training.seed).run(training)
    }
}
