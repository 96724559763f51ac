import ArgumentParser
import TesseraCommands
import TesseraVision

/// Trains a model of two towers on pictures and what is said of them.
struct TrainImageText: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "image-text",
        abstract: "Trains a CLIP or a SigLIP to tell which text belongs to which picture.",
        discussion: """
            The pairs are listed in a file, with paths that start from its folder: JSON Lines such as \
            {"image": "photos/1.jpg", "text": "a red car"}, or a table with tabs and a row of names, with the columns image \
            and text; file_name and caption are understood too.

            Examples:
              train-model image-text --data captions.jsonl --from openai/clip-vit-base-patch32 --output captions-clip
              train-model image-text --data captions.tsv --from google/siglip-base-patch16-224 --freeze pictureTower \
            --output captions-siglip
              train-model image-text --data shapes.jsonl --config new-clip --epochs 60 --output shapes-clip
              search-images --model captions-clip "a red car" photos

            All pairs of a step are compared with each other: CLIP asks which of its texts belongs to each picture, and which \
            picture to each text (Radford et al., 2021), SigLIP of each picture with each text whether they belong together \
            (Zhai et al., 2023). So the larger --batch-size, the more there is to tell apart; it costs no memory beyond that of \
            its pixels, since the pairs pass the towers a few at a time, twice (Gao et al., 2021). What is right in validation is \
            the share of pictures whose own text is the best of its step.

            A new model takes all its files but the weights from the folder that --config names: config.json, the tokenizer's, \
            and preprocessor_config.json where there is one. --freeze pictureTower trains the texts alone, and \
            --freeze textTower the pictures; textTower.scoreScale is what products are multiplied with.

            A training that was stopped or killed goes on when the same command is given again. The output folder is a \
            model that classify-image --labels, search-images and transformers load, the one so far where it was stopped; \
            metrics.jsonl in it has the loss of every step.
            """)

    @OptionGroup(title: "Pairs") var pairs: ImageTextOptions

    @OptionGroup(title: "Model") var start: StartOptions

    @OptionGroup(title: "Training") var training: TrainingOptions

    var runOptions: RunOptions { training.run }

    func validate() throws {
        if training.batchSize == 1 {
            throw ValidationError("--batch-size: a step of one pair has nothing to tell apart; it must be 2 or more.")
        }
    }

    func run() throws {
        try ImageTextTask(pairs, try start.twoTowerFolder(), start, seed: training.seed).run(training)
    }
}
