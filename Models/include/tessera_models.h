/// The models that ship, as resources. In C because SwiftPM gives a Swift target with resources an accessor that imports
/// Foundation, which would add 8 ms to the start of every command.
#ifndef TESSERA_MODELS_H
#define TESSERA_MODELS_H

/// The name of the folder with the resources, which the build puts beside the executables.
extern const char *const tessera_models_bundle;

/// The source file in the folder of models: where they are while the checkout stays in its place.
extern const char *const tessera_models_source;

#endif
