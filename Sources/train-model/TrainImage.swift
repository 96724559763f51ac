import ArgumentParser
import TesseraCommands
import TesseraTraining
import TesseraVision

/// Trains a vision Transformer to classify pictures.
struct TrainImage: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Trains a vision Transformer (ViT, DeiT, DINOv2, BEiT, Swin) to classify pictures.",
        discussion: """
            The folder of pictures holds a folder for each class, whose name is the label: animals/cat/1.jpg.

            Examples:
              train-model image --data animals --config vit/config.json --output animals-vit
              train-model image --data shapes --from vit-cifar10 --output shapes-vit --epochs 5
              train-model image --data shapes --from owner/name --output shapes-vit --freeze encoder patchEmbedding
              classify-image --model animals-vit cat.jpg

            A training that was stopped or killed goes on when the same command is given again. The output folder is a \
            model that classify-image and transformers load, the one so far where it was stopped; metrics.jsonl in it \
            has the loss of every step.
            """)

    @OptionGroup(title: "Pictures") var pictures: ImageOptions

    @OptionGroup(title: "Model") var start: StartOptions

    @OptionGroup(title: "Training") var training: TrainingOptions

    var runOptions: RunOptions { training.run }

    func run() throws {
        let folder = try ClassFolder(pictures: pictures.data)
        let task = try ImageTask(
            pictures, folder, try start.classifierFolder(labels: folder.classes), start, seed: training.seed)
        try task.run(training)
    }
}
