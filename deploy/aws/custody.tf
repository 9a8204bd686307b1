# custody: the policies that it attaches, and the roles that its workers become in this account. Generated (npm run policies). Let
# nobody but the deployment change them.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}

variable "external_id" {
  type        = string
  description = "What a worker must name when it becomes a role (CUSTODY_EXTERNAL_ID), so that nobody else can have it act for them."
}

variable "cuts_worker" {
  type        = string
  description = "The ARN of the role or user that becomes custody-cuts (CUSTODY_AWS_ROLE). Empty: there is no such role here."
  default     = ""
}

variable "cuts_without_people_worker" {
  type        = string
  description = "The ARN of the role or user that becomes custody-cuts-without-people (CUSTODY_AWS_ROLE). Empty: there is no such role here."
  default     = ""
}

variable "ends_sessions_worker" {
  type        = string
  description = "The ARN of the role or user that becomes custody-ends-sessions (CUSTODY_AWS_ROLE). Empty: there is no such role here."
  default     = ""
}

variable "issues_worker" {
  type        = string
  description = "The ARN of the role or user that becomes custody-issues (CUSTODY_AWS_ROLE). Empty: there is no such role here."
  default     = ""
}

variable "rotates_worker" {
  type        = string
  description = "The ARN of the role or user that becomes custody-rotates (CUSTODY_AWS_ROLE). Empty: there is no such role here."
  default     = ""
}

variable "looks_worker" {
  type        = string
  description = "The ARN of the role or user that becomes custody-looks (CUSTODY_AWS_ROLE). Empty: there is no such role here."
  default     = ""
}

variable "users" {
  type        = string
  description = "The users that may be cut, by name or path with wildcards."
  default     = "*"
}

variable "roles" {
  type        = string
  description = "The roles that may be cut, by name or path with wildcards."
  default     = "*"
}

variable "ends_sessions_of" {
  type        = string
  description = "The roles whose older sessions may be ended, or whose trust policies may be given a deny, by name or path with wildcards. Whoever writes inline policies and trust policies can grant anything, and let anybody in: never custody's own among them."
  default     = "service/*"
}

variable "denies_inline" {
  type        = string
  description = "The users into which a deny may be written where no attachment is free, by name or path with wildcards. Whoever writes inline policies can grant anything: no administrator among them."
  default     = "service/*"
}

variable "issues_for" {
  type        = string
  description = "The users for whom keys may be made, by name or path with wildcards: of these, those that carry the tag custody:reissue = true."
  default     = "*"
}

variable "secrets" {
  type        = string
  description = "The secrets in which those keys are kept, or that get new values, by name with wildcards, without AWS's six letters at the end."
  default     = "custody/*"
}

resource "aws_iam_policy" "custody_quarantine" {
  name   = "custody-quarantine"
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "CustodyQuarantine",
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*"
      }
    ]
  })
}

resource "aws_iam_policy" "custody_no_sessions" {
  name   = "custody-no-sessions"
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "CustodyNoSessions",
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {
          "Null": {
            "aws:TokenIssueTime": "false"
          },
          "BoolIfExists": {
            "aws:ViaAWSService": "false"
          }
        }
      }
    ]
  })
}

resource "aws_iam_policy" "custody_restricted" {
  name   = "custody-restricted"
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "CustodyNoRightsRolesSessions",
        "Effect": "Deny",
        "Action": [
          "iam:*",
          "sts:Assume*",
          "sts:GetFederationToken",
          "sts:GetSessionToken",
          "sts:GetWebIdentityToken",
          "sts:GetDelegatedAccessToken",
          "signin:*",
          "organizations:*",
          "account:*",
          "sso:*",
          "sso-directory:*",
          "identitystore:*",
          "rolesanywhere:*",
          "ram:*",
          "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
          "deadline:Assume*",
          "s3:GetDataAccess",
          "redshift:GetClusterCredentials*",
          "redshift-serverless:GetCredentials"
        ],
        "Resource": "*"
      },
      {
        "Sid": "CustodyNoSecrets",
        "Effect": "Deny",
        "Action": [
          "secretsmanager:*",
          "ssm:GetParameter*",
          "ssm:GetAccessToken",
          "ec2:GetPasswordData",
          "lightsail:DownloadDefaultKeyPair",
          "lightsail:GetInstanceAccessDetails",
          "lightsail:GetRelationalDatabaseMasterUserPassword"
        ],
        "Resource": "*"
      },
      {
        "Sid": "CustodyNoRolesOfOthers",
        "Effect": "Deny",
        "Action": [
          "lambda:UpdateFunction*",
          "lambda:CreateEventSourceMapping",
          "lambda:UpdateEventSourceMapping",
          "codebuild:Start*",
          "codebuild:Retry*",
          "codebuild:UpdateProject",
          "codepipeline:UpdatePipeline",
          "codepipeline:StartPipelineExecution",
          "codepipeline:PollForJobs",
          "codedeploy:CreateDeployment",
          "cloudformation:Create*",
          "cloudformation:Update*",
          "cloudformation:Execute*",
          "cloudformation:Delete*",
          "cloudformation:RollbackStack",
          "cloudformation:ContinueUpdateRollback",
          "ecs:ExecuteCommand",
          "ecs:RunTask",
          "ecs:StartTask",
          "batch:SubmitJob",
          "apprunner:UpdateService",
          "elasticbeanstalk:UpdateEnvironment",
          "amplify:Start*",
          "amplify:Update*",
          "eks:CreateAccessEntry",
          "eks:UpdateAccessEntry",
          "eks:Associate*",
          "eks:UpdateClusterConfig",
          "eks:CreatePodIdentityAssociation",
          "eks:UpdatePodIdentityAssociation",
          "glue:UpdateJob*",
          "glue:StartJobRun",
          "glue:StartTrigger",
          "glue:StartWorkflowRun",
          "glue:UpdateTrigger",
          "glue:UpdateDevEndpoint",
          "glue:RunStatement",
          "sagemaker:CreatePresigned*",
          "sagemaker:StartSession",
          "sagemaker:StartNotebookInstance",
          "sagemaker:UpdateNotebookInstance*",
          "sagemaker:UpdatePipeline",
          "sagemaker:StartPipelineExecution",
          "bedrock-agentcore:StartCodeInterpreterSession",
          "bedrock-agentcore:InvokeCodeInterpreter",
          "bedrock-agentcore:GetResource*",
          "bedrock-agentcore:GetWorkloadAccessToken*",
          "states:UpdateStateMachine*",
          "datapipeline:PutPipelineDefinition",
          "datapipeline:ActivatePipeline",
          "elasticmapreduce:AddJobFlowSteps",
          "elasticmapreduce:Get*Credentials",
          "emr-containers:StartJobRun",
          "emr-containers:GetManagedEndpointSessionCredentials",
          "appstream:CreateStreamingURL",
          "cloud9:*"
        ],
        "Resource": "*"
      },
      {
        "Sid": "CustodyNoMachines",
        "Effect": "Deny",
        "Action": [
          "ssm:Send*",
          "ssm:Start*",
          "ssm:ResumeSession",
          "ssm:CreateAssociation*",
          "ssm:UpdateAssociation*",
          "ssm:UpdateDocument*",
          "ssm:ModifyDocumentPermission",
          "ssm:RegisterTaskWithMaintenanceWindow",
          "ssm:UpdateMaintenanceWindow*",
          "ssm-guiconnect:*",
          "ec2:ModifyInstanceAttribute",
          "ec2:CreateLaunchTemplateVersion",
          "ec2:ModifyLaunchTemplate",
          "ec2:CreateReplaceRootVolumeTask",
          "ec2:EnableSerialConsoleAccess",
          "ec2-instance-connect:*"
        ],
        "Resource": "*"
      },
      {
        "Sid": "CustodyNoAccessForOthers",
        "Effect": "Deny",
        "Action": [
          "kms:CreateGrant",
          "kms:PutKeyPolicy",
          "lambda:AddPermission",
          "lambda:AddLayerVersionPermission",
          "lambda:CreateFunctionUrlConfig",
          "s3:PutBucketPolicy",
          "s3:PutBucketAcl",
          "s3:PutObjectAcl",
          "s3:PutObjectVersionAcl",
          "s3:PutAccessPointPolicy",
          "s3:PutBucketPublicAccessBlock",
          "s3:PutAccountPublicAccessBlock",
          "s3:PutReplicationConfiguration",
          "s3:CreateAccessGrant*",
          "ec2:ModifySnapshotAttribute",
          "ec2:ModifyImageAttribute",
          "rds:ModifyDBSnapshotAttribute",
          "rds:ModifyDBClusterSnapshotAttribute"
        ],
        "Resource": "*"
      },
      {
        "Sid": "CustodyNoDeletion",
        "Effect": "Deny",
        "Action": [
          "kms:ScheduleKeyDeletion",
          "kms:DisableKey",
          "kms:DeleteImportedKeyMaterial",
          "s3:DeleteBucket*",
          "s3:DeleteObject*",
          "s3:PutLifecycleConfiguration",
          "s3:PutBucketVersioning",
          "s3:PutEncryptionConfiguration",
          "s3:BypassGovernanceRetention"
        ],
        "Resource": "*"
      },
      {
        "Sid": "CustodyNoEndOfLogging",
        "Effect": "Deny",
        "Action": [
          "cloudtrail:StopLogging",
          "cloudtrail:DeleteTrail",
          "cloudtrail:UpdateTrail",
          "cloudtrail:PutEventSelectors",
          "config:Delete*",
          "config:StopConfigurationRecorder",
          "guardduty:Delete*",
          "guardduty:Update*",
          "guardduty:Disassociate*",
          "guardduty:StopMonitoringMembers",
          "securityhub:Disable*",
          "logs:DeleteLogGroup",
          "logs:DeleteLogStream"
        ],
        "Resource": "*"
      }
    ]
  })
}

resource "aws_iam_policy" "custody_quarantine_auto" {
  count = var.cuts_without_people_worker == "" ? 0 : 1
  name   = "custody-quarantine-auto"
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "CustodyQuarantineAuto",
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*"
      }
    ]
  })
}

resource "aws_iam_role" "custody_cuts" {
  count = var.cuts_worker == "" ? 0 : 1
  name               = "custody-cuts"
  description        = "Cuts access, and lifts what it cut."
  assume_role_policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "Become",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.cuts_worker}"
        },
        "Action": "sts:AssumeRole",
        "Condition": {
          "StringEquals": {
            "sts:ExternalId": "${var.external_id}"
          }
        }
      },
      {
        "Sid": "MarkWithTheIncident",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.cuts_worker}"
        },
        "Action": "sts:TagSession",
        "Condition": {
          "ForAllValues:StringEquals": {
            "aws:TagKeys": [
              "custody:incident"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "custody_cuts" {
  count = var.cuts_worker == "" ? 0 : 1
  name   = "custody"
  role   = aws_iam_role.custody_cuts[0].id
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "WearRestrictions",
        "Effect": "Allow",
        "Action": [
          "iam:AttachUserPolicy",
          "iam:DetachUserPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/${var.users}"
        ],
        "Condition": {
          "ArnEquals": {
            "iam:PolicyARN": [
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-no-sessions",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-restricted"
            ]
          }
        }
      },
      {
        "Sid": "RolesWear",
        "Effect": "Allow",
        "Action": [
          "iam:AttachRolePolicy",
          "iam:DetachRolePolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/${var.roles}"
        ],
        "Condition": {
          "ArnEquals": {
            "iam:PolicyARN": [
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-no-sessions",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-restricted"
            ]
          }
        }
      },
      {
        "Sid": "ReadPolicies",
        "Effect": "Allow",
        "Action": [
          "iam:GetPolicy",
          "iam:GetPolicyVersion"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-no-sessions",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-restricted",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine-auto"
        ]
      },
      {
        "Sid": "Users",
        "Effect": "Allow",
        "Action": [
          "iam:DeactivateMFADevice",
          "iam:DeleteAccessKey",
          "iam:DeleteLoginProfile",
          "iam:GetAccessKeyLastUsed",
          "iam:GetLoginProfile",
          "iam:GetUser",
          "iam:GetUserPolicy",
          "iam:ListAccessKeys",
          "iam:ListAttachedUserPolicies",
          "iam:ListGroupsForUser",
          "iam:ListMFADevices",
          "iam:ListSSHPublicKeys",
          "iam:ListServiceSpecificCredentials",
          "iam:ListSigningCertificates",
          "iam:UpdateAccessKey",
          "iam:UpdateSSHPublicKey",
          "iam:UpdateServiceSpecificCredential",
          "iam:UpdateSigningCertificate"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/${var.users}"
        ]
      },
      {
        "Sid": "Roles",
        "Effect": "Allow",
        "Action": [
          "iam:GetRole",
          "iam:ListAttachedRolePolicies"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/${var.roles}"
        ]
      },
      {
        "Sid": "PoliciesInRoles",
        "Effect": "Allow",
        "Action": [
          "iam:GetRolePolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/*"
        ]
      },
      {
        "Sid": "Oneself",
        "Effect": "Allow",
        "Action": [
          "iam:SimulatePrincipalPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/custody-cuts"
        ]
      },
      {
        "Sid": "Groups",
        "Effect": "Allow",
        "Action": [
          "iam:GetGroupPolicy",
          "iam:ListAttachedGroupPolicies",
          "iam:ListGroupPolicies",
          "iam:RemoveUserFromGroup"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:group/*"
        ]
      }
    ]
  })
}

resource "aws_iam_role" "custody_cuts_without_people" {
  count = var.cuts_without_people_worker == "" ? 0 : 1
  name               = "custody-cuts-without-people"
  description        = "Cuts access, without people too where its own policy lets it; then it looks for itself."
  assume_role_policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "Become",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.cuts_without_people_worker}"
        },
        "Action": "sts:AssumeRole",
        "Condition": {
          "StringEquals": {
            "sts:ExternalId": "${var.external_id}"
          }
        }
      },
      {
        "Sid": "MarkWithTheIncident",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.cuts_without_people_worker}"
        },
        "Action": "sts:TagSession",
        "Condition": {
          "ForAllValues:StringEquals": {
            "aws:TagKeys": [
              "custody:incident"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "custody_cuts_without_people" {
  count = var.cuts_without_people_worker == "" ? 0 : 1
  name   = "custody"
  role   = aws_iam_role.custody_cuts_without_people[0].id
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "WearRestrictions",
        "Effect": "Allow",
        "Action": [
          "iam:AttachUserPolicy",
          "iam:DetachUserPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/${var.users}"
        ],
        "Condition": {
          "ArnEquals": {
            "iam:PolicyARN": [
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-no-sessions",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-restricted",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine-auto"
            ]
          }
        }
      },
      {
        "Sid": "RolesWear",
        "Effect": "Allow",
        "Action": [
          "iam:AttachRolePolicy",
          "iam:DetachRolePolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/${var.roles}"
        ],
        "Condition": {
          "ArnEquals": {
            "iam:PolicyARN": [
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-no-sessions",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-restricted",
              "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine-auto"
            ]
          }
        }
      },
      {
        "Sid": "ReadPolicies",
        "Effect": "Allow",
        "Action": [
          "iam:GetPolicy",
          "iam:GetPolicyVersion"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/*",
          "arn:${data.aws_partition.here.partition}:iam::aws:policy/*"
        ]
      },
      {
        "Sid": "Wearers",
        "Effect": "Allow",
        "Action": [
          "iam:ListEntitiesForPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine-auto"
        ]
      },
      {
        "Sid": "Users",
        "Effect": "Allow",
        "Action": [
          "iam:DeactivateMFADevice",
          "iam:DeleteAccessKey",
          "iam:DeleteLoginProfile",
          "iam:GetAccessKeyLastUsed",
          "iam:GetLoginProfile",
          "iam:GetUser",
          "iam:GetUserPolicy",
          "iam:ListAccessKeys",
          "iam:ListAttachedUserPolicies",
          "iam:ListGroupsForUser",
          "iam:ListMFADevices",
          "iam:ListSSHPublicKeys",
          "iam:ListServiceSpecificCredentials",
          "iam:ListSigningCertificates",
          "iam:ListUserPolicies",
          "iam:ListUserTags",
          "iam:UpdateAccessKey",
          "iam:UpdateSSHPublicKey",
          "iam:UpdateServiceSpecificCredential",
          "iam:UpdateSigningCertificate"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/${var.users}"
        ]
      },
      {
        "Sid": "Roles",
        "Effect": "Allow",
        "Action": [
          "iam:GetRole",
          "iam:ListAttachedRolePolicies",
          "iam:ListInstanceProfilesForRole",
          "iam:ListRolePolicies",
          "iam:ListRoleTags"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/${var.roles}"
        ]
      },
      {
        "Sid": "PoliciesInRoles",
        "Effect": "Allow",
        "Action": [
          "iam:GetRolePolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/*"
        ]
      },
      {
        "Sid": "Account",
        "Effect": "Allow",
        "Action": [
          "cloudtrail:LookupEvents",
          "iam:ListRoles",
          "iam:ListUsers",
          "organizations:DescribeOrganization",
          "organizations:ListParents",
          "organizations:ListPoliciesForTarget",
          "sts:GetAccessKeyInfo"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "Simulate",
        "Effect": "Allow",
        "Action": [
          "iam:SimulatePrincipalPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/${var.users}",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/${var.roles}"
        ]
      },
      {
        "Sid": "Oneself",
        "Effect": "Allow",
        "Action": [
          "iam:SimulatePrincipalPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/custody-cuts-without-people"
        ]
      },
      {
        "Sid": "Findings",
        "Effect": "Allow",
        "Action": [
          "guardduty:GetFindings"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:guardduty:*:${data.aws_caller_identity.here.account_id}:detector/*"
        ]
      },
      {
        "Sid": "Groups",
        "Effect": "Allow",
        "Action": [
          "iam:GetGroupPolicy",
          "iam:ListAttachedGroupPolicies",
          "iam:ListGroupPolicies",
          "iam:RemoveUserFromGroup"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:group/*"
        ]
      },
      {
        "Sid": "EverySecret",
        "Effect": "Allow",
        "Action": [
          "secretsmanager:ListSecrets"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "Secrets",
        "Effect": "Allow",
        "Action": [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetResourcePolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:secretsmanager:*:${data.aws_caller_identity.here.account_id}:secret:*"
        ]
      }
    ]
  })
}

resource "aws_iam_role" "custody_ends_sessions" {
  count = var.ends_sessions_worker == "" ? 0 : 1
  name               = "custody-ends-sessions"
  description        = "Ends older sessions of roles, and denies everything where no attachment is free, by inline policies; keeps the thief from becoming a role, by its trust policy."
  assume_role_policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "Become",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.ends_sessions_worker}"
        },
        "Action": "sts:AssumeRole",
        "Condition": {
          "StringEquals": {
            "sts:ExternalId": "${var.external_id}"
          }
        }
      },
      {
        "Sid": "MarkWithTheIncident",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.ends_sessions_worker}"
        },
        "Action": "sts:TagSession",
        "Condition": {
          "ForAllValues:StringEquals": {
            "aws:TagKeys": [
              "custody:incident"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "custody_ends_sessions" {
  count = var.ends_sessions_worker == "" ? 0 : 1
  name   = "custody"
  role   = aws_iam_role.custody_ends_sessions[0].id
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "ReadPolicies",
        "Effect": "Allow",
        "Action": [
          "iam:GetPolicy",
          "iam:GetPolicyVersion"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-no-sessions",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-restricted",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine-auto"
        ]
      },
      {
        "Sid": "Users",
        "Effect": "Allow",
        "Action": [
          "iam:DeleteUserPolicy",
          "iam:GetLoginProfile",
          "iam:GetUser",
          "iam:GetUserPolicy",
          "iam:ListAccessKeys",
          "iam:ListAttachedUserPolicies",
          "iam:ListSSHPublicKeys",
          "iam:ListServiceSpecificCredentials",
          "iam:ListSigningCertificates",
          "iam:ListUserPolicies",
          "iam:PutUserPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/${var.denies_inline}"
        ]
      },
      {
        "Sid": "Roles",
        "Effect": "Allow",
        "Action": [
          "iam:DeleteRolePolicy",
          "iam:GetRole",
          "iam:ListAttachedRolePolicies",
          "iam:ListRolePolicies",
          "iam:PutRolePolicy",
          "iam:UpdateAssumeRolePolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/${var.ends_sessions_of}"
        ]
      },
      {
        "Sid": "PoliciesInRoles",
        "Effect": "Allow",
        "Action": [
          "iam:GetRolePolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/*"
        ]
      },
      {
        "Sid": "Oneself",
        "Effect": "Allow",
        "Action": [
          "iam:SimulatePrincipalPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/custody-ends-sessions"
        ]
      }
    ]
  })
}

resource "aws_iam_role" "custody_issues" {
  count = var.issues_worker == "" ? 0 : 1
  name               = "custody-issues"
  description        = "Makes the replacement of a key, and stores it."
  assume_role_policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "Become",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.issues_worker}"
        },
        "Action": "sts:AssumeRole",
        "Condition": {
          "StringEquals": {
            "sts:ExternalId": "${var.external_id}"
          }
        }
      },
      {
        "Sid": "MarkWithTheIncident",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.issues_worker}"
        },
        "Action": "sts:TagSession",
        "Condition": {
          "ForAllValues:StringEquals": {
            "aws:TagKeys": [
              "custody:incident"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "custody_issues" {
  count = var.issues_worker == "" ? 0 : 1
  name   = "custody"
  role   = aws_iam_role.custody_issues[0].id
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "ReadPolicies",
        "Effect": "Allow",
        "Action": [
          "iam:GetPolicy",
          "iam:GetPolicyVersion"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-no-sessions",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-restricted",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/custody-quarantine-auto"
        ]
      },
      {
        "Sid": "Users",
        "Effect": "Allow",
        "Action": [
          "iam:DeleteAccessKey",
          "iam:GetAccessKeyLastUsed",
          "iam:GetUser",
          "iam:GetUserPolicy",
          "iam:ListAccessKeys",
          "iam:ListAttachedUserPolicies"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/${var.issues_for}"
        ]
      },
      {
        "Sid": "IssueForTagged",
        "Effect": "Allow",
        "Action": [
          "iam:CreateAccessKey"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/${var.issues_for}"
        ],
        "Condition": {
          "StringEquals": {
            "aws:ResourceTag/custody:reissue": [
              "true"
            ]
          }
        }
      },
      {
        "Sid": "Simulate",
        "Effect": "Allow",
        "Action": [
          "iam:SimulatePrincipalPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/${var.issues_for}",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/*"
        ]
      },
      {
        "Sid": "Oneself",
        "Effect": "Allow",
        "Action": [
          "iam:SimulatePrincipalPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/custody-issues"
        ]
      },
      {
        "Sid": "Secrets",
        "Effect": "Allow",
        "Action": [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetResourcePolicy",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:secretsmanager:*:${data.aws_caller_identity.here.account_id}:secret:${var.secrets}-*"
        ]
      },
      {
        "Sid": "SecretsToDelete",
        "Effect": "Allow",
        "Action": [
          "secretsmanager:DeleteSecret"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:secretsmanager:*:${data.aws_caller_identity.here.account_id}:secret:${var.secrets}-*"
        ],
        "Condition": {
          "BoolIfExists": {
            "secretsmanager:ForceDeleteWithoutRecovery": [
              "false"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role" "custody_rotates" {
  count = var.rotates_worker == "" ? 0 : 1
  name               = "custody-rotates"
  description        = "Makes new values for secrets, or has their own function make them."
  assume_role_policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "Become",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.rotates_worker}"
        },
        "Action": "sts:AssumeRole",
        "Condition": {
          "StringEquals": {
            "sts:ExternalId": "${var.external_id}"
          }
        }
      },
      {
        "Sid": "MarkWithTheIncident",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.rotates_worker}"
        },
        "Action": "sts:TagSession",
        "Condition": {
          "ForAllValues:StringEquals": {
            "aws:TagKeys": [
              "custody:incident"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "custody_rotates" {
  count = var.rotates_worker == "" ? 0 : 1
  name   = "custody"
  role   = aws_iam_role.custody_rotates[0].id
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "Oneself",
        "Effect": "Allow",
        "Action": [
          "iam:SimulatePrincipalPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/custody-rotates"
        ]
      },
      {
        "Sid": "RotationFunctions",
        "Effect": "Allow",
        "Action": [
          "lambda:InvokeFunction"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:lambda:*:${data.aws_caller_identity.here.account_id}:function:SecretsManager*"
        ]
      },
      {
        "Sid": "Secrets",
        "Effect": "Allow",
        "Action": [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:ListSecretVersionIds",
          "secretsmanager:PutSecretValue",
          "secretsmanager:RotateSecret",
          "secretsmanager:UpdateSecretVersionStage"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:secretsmanager:*:${data.aws_caller_identity.here.account_id}:secret:${var.secrets}-*"
        ]
      }
    ]
  })
}

resource "aws_iam_role" "custody_looks" {
  count = var.looks_worker == "" ? 0 : 1
  name               = "custody-looks"
  description        = "Looks, before and after. Read-only."
  assume_role_policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "Become",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.looks_worker}"
        },
        "Action": "sts:AssumeRole",
        "Condition": {
          "StringEquals": {
            "sts:ExternalId": "${var.external_id}"
          }
        }
      },
      {
        "Sid": "MarkWithTheIncident",
        "Effect": "Allow",
        "Principal": {
          "AWS": "${var.looks_worker}"
        },
        "Action": "sts:TagSession",
        "Condition": {
          "ForAllValues:StringEquals": {
            "aws:TagKeys": [
              "custody:incident"
            ]
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "custody_looks" {
  count = var.looks_worker == "" ? 0 : 1
  name   = "custody"
  role   = aws_iam_role.custody_looks[0].id
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "ReadPolicies",
        "Effect": "Allow",
        "Action": [
          "iam:GetPolicy",
          "iam:GetPolicyVersion"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:policy/*",
          "arn:${data.aws_partition.here.partition}:iam::aws:policy/*"
        ]
      },
      {
        "Sid": "Users",
        "Effect": "Allow",
        "Action": [
          "iam:GetAccessKeyLastUsed",
          "iam:GetLoginProfile",
          "iam:GetUser",
          "iam:GetUserPolicy",
          "iam:ListAccessKeys",
          "iam:ListAttachedUserPolicies",
          "iam:ListGroupsForUser",
          "iam:ListMFADevices",
          "iam:ListSSHPublicKeys",
          "iam:ListServiceSpecificCredentials",
          "iam:ListSigningCertificates",
          "iam:ListUserPolicies",
          "iam:ListUserTags"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/*"
        ]
      },
      {
        "Sid": "Roles",
        "Effect": "Allow",
        "Action": [
          "iam:GetRole",
          "iam:ListAttachedRolePolicies",
          "iam:ListInstanceProfilesForRole",
          "iam:ListRolePolicies",
          "iam:ListRoleTags"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/*"
        ]
      },
      {
        "Sid": "PoliciesInRoles",
        "Effect": "Allow",
        "Action": [
          "iam:GetRolePolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/*"
        ]
      },
      {
        "Sid": "Account",
        "Effect": "Allow",
        "Action": [
          "cloudtrail:LookupEvents",
          "iam:ListRoles",
          "iam:ListUsers",
          "organizations:DescribeOrganization",
          "organizations:ListParents",
          "organizations:ListPoliciesForTarget",
          "sts:GetAccessKeyInfo"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "Simulate",
        "Effect": "Allow",
        "Action": [
          "iam:SimulatePrincipalPolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:user/*",
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role/*"
        ]
      },
      {
        "Sid": "Groups",
        "Effect": "Allow",
        "Action": [
          "iam:GetGroupPolicy",
          "iam:ListAttachedGroupPolicies",
          "iam:ListGroupPolicies"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:group/*"
        ]
      },
      {
        "Sid": "EverySecret",
        "Effect": "Allow",
        "Action": [
          "secretsmanager:ListSecrets"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "Secrets",
        "Effect": "Allow",
        "Action": [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetResourcePolicy"
        ],
        "Resource": [
          "arn:${data.aws_partition.here.partition}:secretsmanager:*:${data.aws_caller_identity.here.account_id}:secret:*"
        ]
      }
    ]
  })
}
