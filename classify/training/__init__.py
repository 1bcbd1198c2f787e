"""Learning the shipped weights from open data: encoder, then claims, then verify, each seeded and repeatable.

Every `train_*` takes the data folder and the folder that the weights go to, writes its weights there, adds its
section to the manifest and rewrites the model card. Nothing here is imported when the product runs.
"""
