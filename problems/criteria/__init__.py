"""What a network is trained for, one file each.

``squared``        squared errors with weights or metrics
``entrywise``      a polynomial of each residual
``population``     expected squared error for Gaussian inputs
``typed``          polynomial losses typed in
``feed_forward``   squared errors of feed-forward networks, as their units are split
``ridge``          what a ridge says of the loss on all of ℝⁿ
``words``          words of problem files that criteria and their readers share
``sample_data``    what criteria on samples share
``definiteness``   whether weights and metrics make a distance
``natural_units``  units in which data and ridge are about one
"""
